with lessons as (

    select
        course,
        student,
        count(*) as lessons_opened,
        count(*) filter (where has_passed) as lessons_passed
    from {{ ref('fct_lesson_progress') }}
    group by course, student

),

quests as (

    select
        course,
        student,
        count(*) filter (where submissions > 0) as quests_attempted,
        count(*) filter (where is_passed) as quests_passed,
        avg(best_score) as mean_score,
        sum(active_minutes) as active_minutes
    from {{ ref('fct_quest_progress') }}
    group by course, student

),

rewards as (

    select
        course,
        student,
        coalesce(sum(amount) filter (where reward_type in ('XPGranted', 'XPAdjusted')), 0) as xp,
        -- A badge awarded counts 1, one revoked -1.
        coalesce(sum(amount) filter (where reward_type in ('BadgeAwarded', 'BadgeRevoked')), 0) as badges
    from {{ ref('stg_rewards') }}
    group by course, student

)

select
    course,
    student,
    coalesce(lessons.lessons_opened, 0) as lessons_opened,
    coalesce(lessons.lessons_passed, 0) as lessons_passed,
    coalesce(quests.quests_attempted, 0) as quests_attempted,
    coalesce(quests.quests_passed, 0) as quests_passed,
    quests.mean_score,
    quests.active_minutes,
    cast(coalesce(rewards.xp, 0) as bigint) as xp,
    cast(coalesce(rewards.badges, 0) as bigint) as badges
from lessons
full join quests using (course, student)
full join rewards using (course, student)
