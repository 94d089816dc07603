package slider

import "math"

// unit is the number of steps in a pixel, for shapes.
const unit = 64

// shape tells how deep inside a figure a point is, and below zero how far
// outside. Lengths are in 1/unit of a pixel, from the middle of the mask.
//
// Figures are put together from signed distances (as Inigo Quilez collects them
// at iquilezles.org/articles/distfunctions2d): the same numbers give the smooth
// edge, the shade along it and the shadow beyond it.
type shape func(x, y int) int

func disc(cx, cy, radius int) shape {
	return func(x, y int) int { return radius - length(x-cx, y-cy) }
}

// block is a rectangle with round corners.
func block(cx, cy, halfWidth, halfHeight, round int) shape {
	return func(x, y int) int {
		dx, dy := max(x-cx, cx-x)-halfWidth+round, max(y-cy, cy-y)-halfHeight+round
		return round - length(max(dx, 0), max(dy, 0)) - min(max(dx, dy), 0)
	}
}

// side is all to one side of a line: what lies further than reach in the
// direction (dx, dy) is outside.
func side(dx, dy, reach int) shape {
	return func(x, y int) int { return reach - (x*dx+y*dy)/length(dx, dy) }
}

// either is what lies in any of the shapes.
func either(shapes ...shape) shape {
	return func(x, y int) int {
		depth := shapes[0](x, y)
		for _, s := range shapes[1:] {
			depth = max(depth, s(x, y))
		}
		return depth
	}
}

// both is what lies in all of the shapes.
func both(shapes ...shape) shape {
	return func(x, y int) int {
		depth := shapes[0](x, y)
		for _, s := range shapes[1:] {
			depth = min(depth, s(x, y))
		}
		return depth
	}
}

// not is what lies outside.
func not(s shape) shape { return func(x, y int) int { return -s(x, y) } }

// soft rounds all corners that point outwards.
func soft(s shape, by int) shape { return func(x, y int) int { return s(x, y) + by } }

// length is rounded down. IEEE 754 makes square roots exact to the last bit, so
// it is the same on every machine.
func length(x, y int) int { return int(math.Sqrt(float64(x*x + y*y))) }
