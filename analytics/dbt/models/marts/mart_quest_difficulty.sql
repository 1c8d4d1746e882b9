select
    quests.quest_key,
    quests.course,
    quests.assignment,
    quests.lesson_number,
    quests.lesson_title,
    quests.quest,
    quests.quest_number,
    quests.quest_title,
    quests.kind,
    quests.quest_type,
    quests.difficulty,
    quests.par,
    count(progress.student) filter (where progress.best_score is not null) as students,
    count(progress.student) filter (where progress.is_passed) as students_passed,
    students_passed / nullif(students, 0) as pass_rate,
    avg(progress.best_score) as mean_score,
    avg(progress.submissions) filter (where progress.best_score is not null) as mean_submissions,
    avg(progress.checks_run) filter (where progress.checks_run > 0) as mean_checks_run,
    avg(progress.hints) filter (where progress.best_score is not null) as mean_hints,
    median(progress.active_minutes) as median_minutes,
    median(progress.commands) as median_commands
from {{ ref('dim_quest') }} as quests
left join {{ ref('fct_quest_progress') }} as progress on quests.quest_key = progress.quest_key
where quests.is_current
group by all
