with source as (

    select * from {{ source('raw', 'rewards') }}

),

renamed as (

    select
        idempotency_key as reward_id,
        correlation_id as record_id,
        type as reward_type,
        course,
        student,
        quest,
        amount,
        detail,
        "at" as rewarded_at
    from source
    qualify snapshot = max(snapshot) over (partition by course)

)

select * from renamed
