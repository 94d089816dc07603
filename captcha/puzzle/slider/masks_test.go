package slider

import "testing"

// A mask that touched the border would be cut off there, and one with a gap
// inside would show a speck in every hole.
func TestEveryMaskIsOneFigureWithRoomAround(t *testing.T) {
	for n, m := range newMasks() {
		for i, depth := range m.depth {
			x, y := i%maskSize, i/maskSize
			if border := x == 0 || y == 0 || x == maskSize-1 || y == maskSize-1; border && depth > -unit/2 {
				t.Errorf("mask %d, the %s, reaches the border at %d,%d", n, m.name, x, y)
			}
		}
		if parts := m.edges(); parts != 1 {
			t.Errorf("mask %d, the %s, has %d outlines, want 1", n, m.name, parts)
		}
	}
}

// edges counts the connected areas outside the figure: the surroundings, and
// one more for each gap in it.
func (m *mask) edges() (parts int) {
	seen := map[int]bool{}
	var fill func(x, y int)
	fill = func(x, y int) {
		i := y*maskSize + x
		if x < 0 || y < 0 || x >= maskSize || y >= maskSize || seen[i] || m.depth[i] >= unit/2 {
			return
		}
		seen[i] = true
		fill(x-1, y)
		fill(x+1, y)
		fill(x, y-1)
		fill(x, y+1)
	}
	for i, depth := range m.depth {
		if depth < unit/2 && !seen[i] {
			parts++
			fill(i%maskSize, i/maskSize)
		}
	}
	return parts
}
