with lessons as (

    select
        course,
        assignment,
        min(lesson_number) as lesson_number,
        min(lesson_title) as lesson_title,
        min(chapter_title) as chapter_title
    from {{ ref('dim_quest') }}
    where is_current
    group by course, assignment

)

select
    progress.course,
    progress.assignment,
    lessons.lesson_number,
    lessons.lesson_title,
    lessons.chapter_title,
    cast(progress.opened_at as date) as opened_on,
    count(*) as students_opened,
    count(*) filter (where progress.has_started) as students_started,
    count(*) filter (where progress.has_attempted) as students_attempted,
    count(*) filter (where progress.has_passed) as students_passed
from {{ ref('fct_lesson_progress') }} as progress
inner join lessons on progress.course = lessons.course and progress.assignment = lessons.assignment
group by all
