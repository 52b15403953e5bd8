package powercut

import (
	"bytes"
	"math/rand/v2"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// event is one write, or a flush.
type event struct {
	Flush  bool
	Offset int
	Data   []byte
}

// Recording is what a disk held at first, and what reached it from then on. It never changes. Its fields are
// for the recorder alone, which sends it from another process.
type Recording struct {
	Size   int
	Base   []event // the blocks that were not all zeros
	Events []event
}

// Cut is one power cut.
type Cut struct {
	At    int    // events before it: from 0 to [Recording.Len]
	Seed  uint64 // of what becomes of the pending writes; the same cut of a recording always leaves the same image
	Lying int    // so many events before the last flush were not flushed by it, though the disk said so; 0: an honest disk
}

// Len returns how many events, writes and flushes, were recorded.
func (r *Recording) Len() int { return len(r.Events) }

// Image returns what the disk may hold after the cut. The caller owns it.
func (r *Recording) Image(c Cut) []byte {
	image := make([]byte, r.Size)
	r.lay(image, c)
	return image
}

// lay makes of zeros what the disk may hold after the cut.
func (r *Recording) lay(image []byte, c Cut) {
	flushed := c.At
	for flushed > 0 && !r.Events[flushed-1].Flush {
		flushed--
	}
	flushed = max(flushed-c.Lying, 0)
	random := rand.New(rand.NewPCG(c.Seed, uint64(c.At)))
	var arrived []event
	for _, e := range r.Events[flushed:c.At] {
		arrived = append(arrived, e.arrived(random)...)
	}
	random.Shuffle(len(arrived), func(i, j int) { arrived[i], arrived[j] = arrived[j], arrived[i] })
	for _, events := range [][]event{r.Base, r.Events[:flushed], arrived} {
		for _, e := range events {
			copy(image[e.Offset:], e.Data)
		}
	}
}

// block is the unit in which a disk that is mostly empty is kept, in bytes.
const block = 4096

// blocks returns what of an image is not zero. It keeps parts of the image.
func blocks(image []byte) (found []event) {
	var zeros [block]byte
	for at := 0; at < len(image); at += block {
		data := image[at:min(at+block, len(image))]
		if !bytes.Equal(data, zeros[:len(data)]) {
			found = append(found, event{Offset: at, Data: data})
		}
	}
	return found
}

// arrived returns the sectors of a pending write that reach the medium: in a third of the cases all, in a third none,
// in a third each with an even chance. The first block is never torn: it holds the superblock, two sectors under one
// checksum, which only fsck could repair.
func (e event) arrived(random *rand.Rand) (sectors []event) {
	fate := random.IntN(3)
	if e.Offset < block && fate == 2 {
		fate = random.IntN(2)
	}
	for at := 0; at < len(e.Data) && fate > 0; at += sector {
		if fate == 1 || random.IntN(2) == 0 {
			end := min(at+sector, len(e.Data))
			sectors = append(sectors, event{Offset: e.Offset + at, Data: e.Data[at:end]})
		}
	}
	return sectors
}
