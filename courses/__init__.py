"""What is taught, and what builds it: lessons and quests as text, the builder, the release and the gate."""
