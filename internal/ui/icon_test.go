package ui

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "draw the icons anew")

var (
	paper = color.NRGBA{0xfb, 0xf8, 0xf1, 0xff}
	ink   = color.NRGBA{0x1d, 0x43, 0x73, 0xff}
)

// sign is the colour of a place in the program's sign, which is 32 units wide, as in static/icon.svg: a closed book with
// two written lines and one that is begun.
func sign(x, y float64) color.NRGBA {
	in := func(left, top, width, height float64) bool {
		return x >= left && x < left+width && y >= top && y < top+height
	}
	round := func(cx, cy float64) bool { return (x-cx)*(x-cx)+(y-cy)*(y-cy) < 4 }
	switch {
	case in(9, 10, 14, 2), in(9, 15, 14, 2), in(9, 20, 9, 2):
		return paper
	case in(7, 3, 18, 26), in(5, 5, 22, 22), round(7, 5), round(25, 5), round(7, 27), round(25, 27):
		return ink
	}
	return color.NRGBA{}
}

// icon draws the sign with smooth edges. One that telephones cut to a shape of their own is smaller, on paper.
func icon(size int, cut bool) *image.NRGBA {
	const fine = 4 // samples to a side of a pixel
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			var r, g, b, a int
			for s := range fine * fine {
				u := (float64(x) + (float64(s%fine)+0.5)/fine) * 32 / float64(size)
				v := (float64(y) + (float64(s/fine)+0.5)/fine) * 32 / float64(size)
				c := sign(u, v)
				if cut {
					if c = sign((u-16)*1.5+16, (v-16)*1.5+16); c.A == 0 {
						c = paper
					}
				}
				if c.A > 0 {
					r, g, b, a = r+int(c.R), g+int(c.G), b+int(c.B), a+1
				}
			}
			if a > 0 {
				img.SetNRGBA(x, y, color.NRGBA{uint8(r / a), uint8(g / a), uint8(b / a), uint8(a * 255 / (fine * fine))})
			}
		}
	}
	return img
}

// The icons that telephones show are the drawing, in their sizes; -update draws them.
func TestIcons(t *testing.T) {
	for name, want := range map[string]*image.NRGBA{
		"icon-192.png": icon(192, false), "icon-512.png": icon(512, false), "icon-maskable-512.png": icon(512, true),
	} {
		path := "static/" + name
		if *update {
			var out bytes.Buffer
			if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, want); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil { //nolint:gosec // a picture
				t.Fatal(err)
			}
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got.Bounds() != want.Bounds() {
			t.Fatalf("%s is of another size", name)
		}
		for y := range want.Rect.Dy() {
			for x := range want.Rect.Dx() {
				if color.NRGBAModel.Convert(got.At(x, y)) != want.NRGBAAt(x, y) {
					t.Fatalf("%s is another drawing at %d, %d; draw it anew with -update", name, x, y)
				}
			}
		}
	}
}
