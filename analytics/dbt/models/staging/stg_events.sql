with source as (

    select * from {{ source('raw', 'events') }}

),

renamed as (

    select
        id as event_id,
        course,
        student,
        assignment,
        ts as happened_at,
        session,
        quest,
        type as event_type,
        command,
        returncode,
        hint,
        points,
        max_points,
        passed as passed_checks,
        failed as failed_checks
    from source

)

select * from renamed
