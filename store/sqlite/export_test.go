package sqlite

// QueueLength is for tests of the full queue.
const QueueLength = queueLength
