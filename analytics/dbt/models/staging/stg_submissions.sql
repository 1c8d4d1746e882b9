with source as (

    select * from {{ source('raw', 'submissions') }}

),

renamed as (

    select
        course,
        student,
        assignment,
        submission,
        submitted_at
    from source

)

select * from renamed
