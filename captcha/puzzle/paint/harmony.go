package paint

import "math/rand/v2"

// harmony is a row of colours that go well together, neighbours best.
type harmony []colour

// at is the colour at a share of the way through the row.
func (h harmony) at(share int) colour {
	place := share * (len(h) - 1)
	i := min(place>>12, len(h)-2)
	return h[i].mix(h[i+1], place-i<<12)
}

// pick is any of the colours.
func (h harmony) pick(random *rand.Rand) colour { return h[random.IntN(len(h))] }

// harmonies go from deep to light, and end with an accent.
var harmonies = [][]uint32{
	{0x1b1f3b, 0x5c3a5e, 0xa94a5a, 0xe8765a, 0xffb877, 0xffe3b8}, // dusk
	{0x0b3954, 0x0f7c8a, 0x45b3a9, 0x9ad9c6, 0xf4f1de, 0xf2a65a}, // lagoon
	{0x1d3b2f, 0x2f5d50, 0x5b8e7d, 0xa7c4a0, 0xf0e7d3, 0xd98e5f}, // forest
	{0x2d1e40, 0x5a3d76, 0x9a6fb0, 0xd7a5c9, 0xf7dfe2, 0xf4b393}, // plum
	{0x22314a, 0x3d5a80, 0x7fb0cf, 0xcfe6ea, 0xf3e9dc, 0xee7b5d}, // north
	{0x3d2c2e, 0x7a4b3a, 0xc1704a, 0xe3a76f, 0xf3d9b1, 0x6ba3a0}, // desert
	{0x14423f, 0x2a7f77, 0x6cc2a1, 0xc8e7c1, 0xfff0d0, 0xff9b71}, // mint
	{0x2b1a33, 0x6b2d5c, 0xb0436e, 0xea7a72, 0xf8b98a, 0xfbe3c0}, // berry
	{0x0a2a4a, 0x155f8f, 0x3f9ec4, 0x8ccbdc, 0xdcefee, 0xf6d6a8}, // ocean
	{0x3a2a2d, 0x7d3a34, 0xc45f3d, 0xe9a04f, 0xf4d48e, 0x6f8f6a}, // autumn
	{0x232946, 0x4b5695, 0x8b9ad6, 0xc9d0f0, 0xf6eee3, 0xf2a7b5}, // lavender
	{0x123047, 0x2c6e6b, 0x86a873, 0xd9c77a, 0xf3e3b8, 0xdb6b4d}, // orchard
}

// anyHarmony picks a harmony and tints it a little, so that no two pictures
// share their colours.
func anyHarmony(random *rand.Rand) harmony {
	return tinted(random, harmonies[random.IntN(len(harmonies))])
}

func tinted(random *rand.Rand, hexes []uint32) harmony {
	tint := colour{uint16(random.IntN(0xff00)), uint16(random.IntN(0xff00)), uint16(random.IntN(0xff00))}
	share := random.IntN(full / 9)
	h := make(harmony, len(hexes))
	for i, hex := range hexes {
		h[i] = rgb(hex).mix(tint, share)
	}
	return h
}
