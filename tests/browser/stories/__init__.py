"""The ten user stories, each told from its beginning to its end as one person would."""
