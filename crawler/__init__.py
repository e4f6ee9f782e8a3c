"""The room that acts: network, clock, disk, database and terminal live here and nowhere else."""
