with runs as (

    select
        events.course,
        events.quest,
        events.student,
        events.failed_checks
    from {{ ref('stg_events') }} as events
    inner join {{ ref('dim_quest') }} as quests
        on events.course = quests.course and events.quest = quests.quest
    where events.event_type = 'check_run'

),

runners as (

    select course, quest, count(distinct student) as students_checked
    from runs
    group by course, quest

),

failures as (

    select course, quest, student, unnest(failed_checks) as check_name
    from runs

)

select
    failures.course || '/' || failures.quest as quest_key,
    failures.course,
    failures.quest,
    failures.check_name,
    count(*) as failures,
    count(distinct failures.student) as students_failed,
    any_value(runners.students_checked) as students_checked
from failures
inner join runners on failures.course = runners.course and failures.quest = runners.quest
group by failures.course, failures.quest, failures.check_name
