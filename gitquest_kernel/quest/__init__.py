"""Courses, lessons and quests: models, loading, digests and the student's copy."""

from gitquest_kernel.quest.course import Chapter, Course, LessonHeader
from gitquest_kernel.quest.dbt import DbtQuest
from gitquest_kernel.quest.digest import digest
from gitquest_kernel.quest.git import GitQuest
from gitquest_kernel.quest.load import (
    LoadedCourse,
    LoadedLesson,
    Quest,
    complete_json,
    load_course,
    load_courses,
    load_quest,
    parse_quest,
)
from gitquest_kernel.quest.public import public, read_public
from gitquest_kernel.quest.quiz import QuizQuest
from gitquest_kernel.quest.sql import SqlQuest

__all__ = [
    "Chapter",
    "Course",
    "DbtQuest",
    "GitQuest",
    "LessonHeader",
    "LoadedCourse",
    "LoadedLesson",
    "Quest",
    "QuizQuest",
    "SqlQuest",
    "complete_json",
    "digest",
    "load_course",
    "load_courses",
    "load_quest",
    "parse_quest",
    "public",
    "read_public",
]
