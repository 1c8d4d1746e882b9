with seen as (

    select student, coalesce(submitted_at, judged_at) as seen_at from {{ ref('stg_records') }}
    union all
    select student, submitted_at as seen_at from {{ ref('stg_submissions') }}
    union all
    select student, happened_at as seen_at from {{ ref('stg_events') }}

)

select
    student,
    min(seen_at) as first_seen_at,
    max(seen_at) as last_seen_at
from seen
group by student
