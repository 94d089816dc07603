package postgres

// Margin is for tests of what is due.
const Margin = margin
