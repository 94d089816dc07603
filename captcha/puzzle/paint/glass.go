package paint

import "math/rand/v2"

// glass paints a stained-glass window: panes around random points, joined by
// lead, with light behind one part of it.
func glass(c *canvas, random *rand.Rand) {
	h := anyHarmony(random)
	lamp := disc{random.IntN(Width * sub), random.IntN(Height * sub), 170 * sub}
	w := newWindow(random, within(random, 24, 31), h, lamp)
	lead := h[0].light(-full * 2 / 3)
	for y := range Height {
		row := c.row(y)
		for x := range row {
			p, rim := w.at(x*sub+sub/2, y*sub+sub/2)
			tone := p.shades[clamp(rim/sub, 0, len(p.shades)-1)]
			if rim < sub*5/3 {
				tone = lead.mix(tone, ramp(rim, sub*2/3, sub*5/3))
			}
			row[x] = tone
		}
	}
}

// pane is one piece of glass: all that is nearer to its point than to another.
type pane struct {
	point
	shades [5]colour // by the distance from its edge in pixels: lead casts a shadow
}

// window is a grid of square cells with one pane's point in each.
type window struct {
	cell  int // in 1/sub of a pixel
	panes [][]pane
}

func newWindow(random *rand.Rand, cell int, h harmony, lamp disc) *window {
	w := &window{cell: cell * sub}
	for _, row := range jittered(random, cell) {
		panes := make([]pane, len(row))
		for i, p := range row {
			lit := clamp(lamp.depth(p.x, p.y)*full/(85*sub), -full, full) / 5
			tone := h.pick(random).light(lit + within(random, -full/7, full/7))
			panes[i].point = p
			for k := range panes[i].shades {
				panes[i].shades[k] = tone.light((k-4)*(4-k)*full/90 + full/24)
			}
		}
		w.panes = append(w.panes, panes)
	}
	return w
}

// at finds the pane that a point lies in, and how far it is from the edge.
func (w *window) at(x, y int) (*pane, int) {
	// jittered grids begin one cell outside the canvas.
	column, row := (x+w.cell/2)/w.cell+1, (y+w.cell/2)/w.cell+1
	var nearest, next *pane
	first, second := 1<<60, 1<<60
	for r := row - 1; r <= row+1 && r < len(w.panes); r++ {
		panes := w.panes[r][column-1 : min(column+2, len(w.panes[r]))]
		for k := range panes {
			p := &panes[k]
			dx, dy := p.x-x, p.y-y
			switch away := dx*dx + dy*dy; {
			case away < first:
				next, second = nearest, first
				nearest, first = p, away
			case away < second:
				next, second = p, away
			}
		}
	}
	if second-first > 12*sub*w.cell {
		return nearest, 6 * sub // far from any edge
	}
	dx, dy := nearest.x-next.x, nearest.y-next.y
	return nearest, (second - first) / max(1, 2*root(dx*dx+dy*dy))
}
