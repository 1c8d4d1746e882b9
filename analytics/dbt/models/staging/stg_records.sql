with source as (

    select * from {{ source('raw', 'records') }}

),

renamed as (

    select
        id as record_id,
        course,
        student,
        assignment,
        quest,
        digest,
        submission,
        revision,
        run as grading_run,
        points,
        max_points,
        outcome,
        commands,
        hints,
        submitted_at,
        judged_at
    from source

)

select * from renamed
