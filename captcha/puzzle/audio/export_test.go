package audio

// Speak lets tests have any text spoken.
var Speak = speak
