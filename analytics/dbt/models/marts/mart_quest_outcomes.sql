with last_attempts as (

    select quest_key, course, quest, student, outcome
    from {{ ref('fct_attempts') }}
    qualify row_number() over (partition by quest_key, student order by attempt_number desc) = 1

)

select
    quest_key,
    course,
    quest,
    outcome,
    count(*) as students
from last_attempts
group by quest_key, course, quest, outcome
