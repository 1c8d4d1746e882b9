with lessons as (

    select course, assignment, count(*) as quests
    from {{ ref('dim_quest') }}
    where is_current
    group by course, assignment

),

seen as (

    select course, assignment, student, happened_at as seen_at from {{ ref('stg_events') }}
    union all
    select course, assignment, student, submitted_at as seen_at from {{ ref('stg_submissions') }}
    union all
    select course, assignment, student, submitted_at as seen_at from {{ ref('fct_attempts') }}

),

opened as (

    select seen.course, seen.assignment, seen.student, min(seen.seen_at) as opened_at
    from seen
    inner join lessons on seen.course = lessons.course and seen.assignment = lessons.assignment
    group by seen.course, seen.assignment, seen.student

),

quests as (

    select
        dim_quest.course,
        dim_quest.assignment,
        progress.student,
        bool_or(progress.first_started_at is not null or progress.submissions > 0) as has_started,
        bool_or(progress.first_attempted_at is not null or progress.submissions > 0) as has_attempted,
        count(*) filter (where progress.is_passed) as quests_passed,
        max(progress.first_passed_at) as last_passed_at
    from {{ ref('fct_quest_progress') }} as progress
    inner join {{ ref('dim_quest') }} as dim_quest on progress.quest_key = dim_quest.quest_key
    where dim_quest.is_current
    group by dim_quest.course, dim_quest.assignment, progress.student

)

select
    opened.course,
    opened.assignment,
    opened.student,
    opened.opened_at,
    coalesce(quests.has_started, false) as has_started,
    coalesce(quests.has_attempted, false) as has_attempted,
    coalesce(quests.quests_passed = lessons.quests, false) as has_passed,
    coalesce(quests.quests_passed, 0) as quests_passed,
    lessons.quests,
    case when quests.quests_passed = lessons.quests then quests.last_passed_at end as passed_at
from opened
inner join lessons on opened.course = lessons.course and opened.assignment = lessons.assignment
left join quests
    on
        opened.course = quests.course
        and opened.assignment = quests.assignment
        and opened.student = quests.student
