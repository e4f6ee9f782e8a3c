"""The room that judges: observations in, findings out; features are cards, checks are small pure functions."""
