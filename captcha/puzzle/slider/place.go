package slider

import "github.com/captchad/captchad/captcha"

// Apart is the least distance between two holes, in pixels. It leaves room
// between the strips, so neither holes nor their shaded edges ever meet.
const Apart = 55

// places tells where the hole and the decoys are: the hole first.
//
// The legal places are thought of as a ring, Least following upon Most. The
// decoys divide the ring, starting from the hole, into gaps whose lengths are
// drawn with all divisions equally likely. So the picture would be as likely
// had any of the decoys been the hole: nothing about their places tells which
// one it is, and each of them is spread as evenly as the solution.
func places(seed captcha.Seed, decoys int) []int {
	const ring = Most - Least + 1
	at := solution(seed)
	found := append(make([]int, 0, 3), at)
	if decoys == 0 {
		return found
	}
	// Of the cuts that divide what is left when every gap has its least length,
	// the ones in ascending order are equally likely, as "stars and bars".
	random := seed.Rand("decoys")
	spare := ring - (decoys+1)*Apart
	cuts := [2]int{random.IntN(spare + decoys)}
	if decoys == 2 {
		if cuts[1] = random.IntN(spare + 1); cuts[1] >= cuts[0] {
			cuts[1]++ // another one than the first
		} else {
			cuts[0], cuts[1] = cuts[1], cuts[0]
		}
	}
	for i, cut := range cuts[:decoys] {
		away := (i+1)*Apart + cut - i
		found = append(found, Least+(at-Least+away)%ring)
	}
	return found
}
