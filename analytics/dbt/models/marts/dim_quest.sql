with described as (

    select
        course,
        course_title,
        chapter,
        chapter_title,
        assignment,
        lesson_number,
        lesson_title,
        quest,
        quest_number,
        quest_title,
        kind,
        quest_type,
        difficulty,
        points,
        xp,
        par,
        is_current
    from {{ ref('stg_quests') }}
    qualify row_number() over (partition by course, quest order by snapshot desc) = 1

),

-- Judged once, and taken out of the course before the first load: nothing is known but the id.
undescribed as (

    select
        records.course,
        records.quest,
        max(records.assignment) as assignment,
        max(records.max_points) as points
    from {{ ref('stg_records') }} as records
    left join described
        on records.course = described.course and records.quest = described.quest
    where described.quest is null
    group by records.course, records.quest

)

select
    course || '/' || quest as quest_key,
    course,
    course_title,
    chapter,
    chapter_title,
    assignment,
    lesson_number,
    lesson_title,
    quest,
    quest_number,
    quest_title,
    kind,
    quest_type,
    difficulty,
    points,
    xp,
    par,
    is_current
from described

union all by name

select
    course || '/' || quest as quest_key,
    course,
    course as course_title,
    assignment,
    quest,
    quest as quest_title,
    points,
    false as is_current
from undescribed
