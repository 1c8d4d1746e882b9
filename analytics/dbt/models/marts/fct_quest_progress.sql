with attempts as (

    select
        course,
        student,
        quest,
        count(*) filter (where is_attempted) as submissions,
        max(score) filter (where is_attempted and not is_held) as best_score,
        bool_or(is_passed) as is_passed,
        min(submitted_at) filter (where is_attempted) as first_handed_in_at,
        min(submitted_at) filter (where is_passed) as first_passed_at,
        max(hints) as hints,
        arg_min(commands, submitted_at) filter (where is_passed) as commands
    from {{ ref('fct_attempts') }}
    group by course, student, quest

),

-- Time at work: the gaps between a session's events, none of them counted for more than five minutes.
timed_events as (

    select
        course,
        student,
        quest,
        event_type,
        happened_at,
        least(
            300,
            date_diff(
                'second',
                lag(happened_at) over (partition by student, assignment, session order by happened_at),
                happened_at
            )
        ) as seconds
    from {{ ref('stg_events') }}

),

events as (

    select
        timed_events.course,
        timed_events.student,
        timed_events.quest,
        min(happened_at) as first_started_at,
        count(*) filter (where event_type = 'check_run') as checks_run,
        min(happened_at) filter (where event_type = 'check_run') as first_checked_at,
        count(*) filter (where event_type = 'hint_shown') as hints,
        sum(seconds) filter (where event_type <> 'quest_started') / 60.0 as active_minutes
    from timed_events
    -- A student's machine may name any quest; only those of the course count.
    inner join {{ ref('dim_quest') }} as quests
        on timed_events.course = quests.course and timed_events.quest = quests.quest
    group by timed_events.course, timed_events.student, timed_events.quest

)

select
    course || '/' || quest as quest_key,
    course,
    student,
    quest,
    coalesce(attempts.submissions, 0) as submissions,
    coalesce(events.checks_run, 0) as checks_run,
    attempts.best_score,
    coalesce(attempts.is_passed, false) as is_passed,
    coalesce(attempts.hints, events.hints, 0) as hints,
    attempts.commands,
    events.active_minutes,
    least(events.first_started_at, attempts.first_handed_in_at) as first_started_at,
    least(events.first_checked_at, attempts.first_handed_in_at) as first_attempted_at,
    attempts.first_passed_at
from attempts
full join events using (course, student, quest)
