with source as (

    select * from {{ source('raw', 'quests') }}

),

renamed as (

    select
        course,
        course_title,
        chapter,
        chapter_title,
        assignment,
        lesson_number,
        lesson_title,
        quest,
        quest_number,
        title as quest_title,
        kind,
        type as quest_type,
        difficulty,
        points,
        xp,
        par,
        hints,
        digest,
        snapshot,
        snapshot = max(snapshot) over (partition by course) as is_current
    from source

)

select * from renamed
