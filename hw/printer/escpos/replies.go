package escpos

// What a printer sends, told apart by fixed bits (x: any):
//
//	0xx1xx10                       answer to DLE EOT 1 to 4
//	0xx1xx00, then 3 × 0xx0xxxx    automatic status (GS a); an XOFF may fall in between
//	10 0F p u r n                  answer to DLE EOT 20, from models that have it
//	0xx0xxxx                       answer to GS r n and other queued questions of one byte
//	11, 13                         XON, XOFF
//	37 22 d1 d2 d3 d4 00           everything before this process id is printed; d from 20 to 7E
//	37 25 00                       the buffers were cleared
//	5F text 00                     answer to GS I n
//
// A line whose two wires touch sends back what we send. 10 04 01 could begin an automatic status, but what we send after
// it cannot go on with one; 1D, which our queued questions and slips are full of, begins nothing.
const (
	xon, xoff   = 0x11, 0x13
	blockHeader = 0x37
	textHeader  = 0x5f
	fullMark    = 0x0f
	blockID     = 0x22
	blockClear  = 0x25
	longestText = 80
)

// Kind says what a reply is.
type Kind uint8

// The kinds of replies. The zero Kind is none of them.
const (
	RealTime  Kind = iota + 1 // Bytes[0] answers DLE EOT 1 to 4
	Automatic                 // Bytes[0:4] is the automatic status
	Full                      // Bytes[0:4] is p u r n, the answer to DLE EOT 20
	Queued                    // Bytes[0] answers a queued question
	Process                   // Bytes[0:4] is the process id that was printed
	Cleared                   // the buffers were cleared
	Identity                  // Text is what the printer calls itself
	Echo                      // one of our own questions came back: the line's wires touch, and it proves nothing
	Noise                     // Bytes[0] is nothing a printer says
)

// Reply is one thing that a printer said.
type Reply struct {
	Kind  Kind
	Bytes [4]byte
	Text  string // printable ASCII; of an Identity only
}

// Replies sorts what a printer sends. The zero Replies is ready; it belongs to one line. XON and XOFF are skipped:
// flow control is the line's.
type Replies struct {
	Full bool // the printer is asked by DLE EOT 20: 10 0F begins its answer, and no automatic status

	pending []byte // the beginning of a reply of several bytes
}

// Next takes one byte, and returns the reply that it completes, if any, and the noise that it uncovers: a reply of
// several bytes that was broken off counts as one noise, or as an echo.
func (r *Replies) Next(b byte) []Reply {
	if b == xon || b == xoff {
		return nil
	}
	if len(r.pending) == 0 {
		return r.first(b)
	}
	head := r.pending
	switch whole, reply := r.follow(b); {
	case whole:
		r.pending = nil
		return []Reply{reply}
	case len(r.pending) > 0:
		return nil
	}
	// What was pending broke off; b begins something new.
	return append([]Reply{{Kind: broken(head, b)}}, r.first(b)...)
}

// broken says what a reply was that b broke off.
func broken(head []byte, b byte) Kind {
	question := len(head) == 3 && head[2] >= 1 && head[2] <= 4 || len(head) == 2 && b == fullStatus
	if question && head[0] == dle && head[1] == eot {
		return Echo
	}
	return Noise
}

func (r *Replies) first(b byte) []Reply {
	switch {
	case b == blockHeader || b == textHeader || b&0x93 == 0x10:
		r.pending = []byte{b}
		return nil
	case b&0x93 == 0x12:
		return []Reply{{Kind: RealTime, Bytes: [4]byte{b}}}
	case b&0x90 == 0:
		return []Reply{{Kind: Queued, Bytes: [4]byte{b}}}
	}
	return []Reply{{Kind: Noise, Bytes: [4]byte{b}}}
}

// follow takes a byte of a reply that has begun. It empties pending if b cannot belong to it.
func (r *Replies) follow(b byte) (whole bool, reply Reply) {
	head, n := r.pending[0], len(r.pending)
	full := r.Full && head == dle && (n == 1 && b == fullMark || n > 1 && r.pending[1] == fullMark)
	r.pending = append(r.pending, b)
	fits := false
	switch {
	case full:
		fits, whole = true, n == 5
		if whole {
			reply = Reply{Kind: Full, Bytes: [4]byte(r.pending[2:6])}
		}
	case head == textHeader:
		fits = b == 0 || b >= ' ' && b <= '~' && n < longestText
		whole, reply = b == 0, Reply{Kind: Identity, Text: string(r.pending[1:n])}
	case head == blockHeader && n == 1:
		fits = b == blockID || b == blockClear
	case head == blockHeader && r.pending[1] == blockClear:
		fits, whole, reply = b == 0, b == 0, Reply{Kind: Cleared}
	case head == blockHeader && n < 6:
		fits = b >= ' ' && b <= '~'
	case head == blockHeader:
		fits, whole, reply = b == 0, b == 0, Reply{Kind: Process, Bytes: [4]byte(r.pending[2:6])}
	default: // automatic status
		fits, whole = b&0x90 == 0, n == 3
		if whole {
			reply = Reply{Kind: Automatic, Bytes: [4]byte(r.pending)}
		}
	}
	if !fits {
		r.pending = nil
		return false, Reply{}
	}
	return whole, reply
}
