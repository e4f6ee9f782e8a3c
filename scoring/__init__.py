"""The room that weighs and tells: findings and imported evidence in, scorecards and report out."""
