-- The last record of each submission counts: a regrade replaces, it does not add an attempt. A record that is held
-- (an instructor has to look first) takes nothing away from one that is not.
with last_records as (

    select
        record_id,
        course,
        student,
        assignment,
        quest,
        submission,
        digest,
        points,
        max_points,
        outcome,
        outcome in ('version_mismatch', 'tampered', 'error_in_quest') as is_held,
        commands,
        hints,
        judged_at,
        coalesce(submitted_at, judged_at) as submitted_at
    from {{ ref('stg_records') }}
    qualify row_number() over (
        partition by course, student, quest, submission
        order by is_held, revision desc, judged_at desc, record_id
    ) = 1

)

select
    record_id,
    course || '/' || quest as quest_key,
    course,
    student,
    assignment,
    quest,
    submission,
    digest,
    row_number() over (partition by course, student, quest order by submitted_at, submission) as attempt_number,
    points,
    max_points,
    greatest(0, least(1, points / nullif(max_points, 0))) as score,
    outcome,
    is_held,
    outcome <> 'not_attempted' as is_attempted,
    -- The pass mark of gitquest_kernel.game.rules, in decimals so that 0.7 of 1 passes.
    not is_held
    and max_points > 0
    and cast(points as decimal(18, 9)) >= 0.7 * cast(max_points as decimal(18, 9)) as is_passed,
    commands,
    hints,
    submitted_at,
    judged_at
from last_records
