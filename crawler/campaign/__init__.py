"""One dated, resumable campaign: its file, its rounds, and the stages a round goes through."""
