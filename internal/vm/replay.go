package vm

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
)

// Cut is what a power cut leaves on a disk.
type Cut struct {
	Flush int     // everything up to this entry of the log, a flush, is there; -1: nothing of the log is
	Kept  []Piece // and so is this of what was not flushed yet, in this order
}

// Piece is a part of a write, or of a discard.
type Piece struct {
	Entry    int
	From, To int64 // bytes of the entry, whole sectors
}

// Cuts goes through all flushes of a log in order, the beginning first, and gives after each the disk with nothing more, and subsets
// times one with a random choice of the writes until the next flush: of each nothing, all, or some of its sectors. random is the
// caller's, so that one seed gives the same cuts.
func (l *Log) Cuts(random *rand.Rand, subsets int) iter.Seq[Cut] {
	return func(yield func(Cut) bool) {
		ends := append([]int{-1}, l.Flushes()...)
		for i, flush := range ends {
			next := len(l.Entries)
			if i+1 < len(ends) {
				next = ends[i+1]
			}
			if !yield(Cut{Flush: flush}) {
				return
			}
			if next == flush+1 {
				continue
			}
			for range subsets {
				if !yield(Cut{Flush: flush, Kept: l.choose(random, flush+1, next)}) {
					return
				}
			}
		}
	}
}

func (l *Log) choose(random *rand.Rand, from, to int) []Piece {
	var kept []Piece
	for i := from; i < to; i++ {
		sectors := l.Entries[i].Length / Sector
		switch random.IntN(4) {
		case 0:
		case 1: // torn: a beginning, or an end
			at := random.Int64N(sectors+1) * Sector
			piece := Piece{Entry: i, From: 0, To: at}
			if random.IntN(2) == 0 {
				piece = Piece{Entry: i, From: at, To: sectors * Sector}
			}
			if piece.From < piece.To {
				kept = append(kept, piece)
			}
		default:
			kept = append(kept, Piece{Entry: i, From: 0, To: sectors * Sector})
		}
	}
	random.Shuffle(len(kept), func(a, b int) { kept[a], kept[b] = kept[b], kept[a] })
	return kept
}

// Medium is a disk that a log is played on.
type Medium interface {
	io.ReaderAt
	io.WriterAt
}

// Player plays a log on a disk that is as it was before the log began. Cuts are shown in the order of their flushes.
type Player struct {
	Log  *Log
	Disk Medium
	done int // entries that are on the disk
}

// ErrBackwards is the error of a cut before one that was shown already.
var ErrBackwards = errors.New("the cut is before one that was shown")

// Show makes the disk what it is after the cut, calls look, and takes what was not flushed away again. look must leave the disk as it is.
func (p *Player) Show(c Cut, look func() error) error {
	if c.Flush+1 < p.done {
		return ErrBackwards
	}
	for ; p.done <= c.Flush; p.done++ {
		e := p.Log.Entries[p.done]
		if err := p.lay(Piece{Entry: p.done, From: 0, To: e.Length}); err != nil {
			return err
		}
	}
	var before [][]byte
	for _, piece := range c.Kept {
		b := make([]byte, piece.To-piece.From)
		if _, err := p.Disk.ReadAt(b, p.Log.Entries[piece.Entry].Offset+piece.From); err != nil {
			return fmt.Errorf("note what is to be put back: %w", err)
		}
		before = append(before, b)
		if err := p.lay(piece); err != nil {
			return err
		}
	}
	err := look()
	for i := len(c.Kept) - 1; i >= 0; i-- {
		piece := c.Kept[i]
		if _, back := p.Disk.WriteAt(before[i], p.Log.Entries[piece.Entry].Offset+piece.From); back != nil {
			return errors.Join(err, fmt.Errorf("put back what was there: %w", back))
		}
	}
	return err
}

// layChunk is how much is carried at once.
const layChunk = 1 << 20

// lay puts a piece on the disk. What is discarded reads as zeros afterwards, as from a file.
func (p *Player) lay(piece Piece) error {
	e := p.Log.Entries[piece.Entry]
	if e.Kind == Flush {
		return nil
	}
	b := make([]byte, min(layChunk, piece.To-piece.From))
	for at := piece.From; at < piece.To; at += int64(len(b)) {
		part := b[:min(int64(len(b)), piece.To-at)]
		if e.Kind == Write {
			if _, err := p.Log.r.ReadAt(part, e.data+at); err != nil {
				return fmt.Errorf("read entry %d of the log: %w", piece.Entry, err)
			}
		}
		if _, err := p.Disk.WriteAt(part, e.Offset+at); err != nil {
			return fmt.Errorf("play entry %d: %w", piece.Entry, err)
		}
	}
	return nil
}
