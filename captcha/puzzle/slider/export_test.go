package slider

// Places tells tests where hole and decoys are.
var Places = places

// Masks tells tests how many masks there are.
func (m *Maker) Masks() int { return len(m.masks) }
