package papersim

import "time"

// task is one thing that the mechanism does after the others: it prints rows, takes its time, and does the rest.
type task struct {
	rows    bitmap
	row     int           // rows printed so far
	takes   time.Duration // beyond the rows, with a Model that has a speed
	then    func()        // nil: nothing
	barrier bool          // no command is carried out before this is done
}

const (
	ahead    = 64                     // dots that commands may be ahead of the paper
	cutTakes = 300 * time.Millisecond // a cutter's way there and back
	stride   = 16                     // rows between two looks at the status, at most
)

// give hands the mechanism a task. At speed 0 it is done when give returns, unless the printer has stopped.
func (p *Printer) give(t task) {
	p.tasks = append(p.tasks, t)
	p.move()
}

// move lets the mechanism do what it has had the time for.
func (p *Printer) move() {
	now := p.now()
	for len(p.tasks) > 0 && !p.offline() {
		t := &p.tasks[0]
		switch {
		case t.row < t.rows.h:
			if !p.spend(p.rowTakes(), now) {
				return
			}
			p.printRow(t)
		case p.spend(t.takes, now):
			then := t.then
			p.tasks = p.tasks[1:]
			if then != nil {
				then()
			}
		default:
			return
		}
	}
	p.moved = now
}

// now is the time, which is none for a printer that does everything at once.
func (p *Printer) now() time.Time {
	if p.model.Speed == 0 {
		return time.Time{}
	}
	return time.Now()
}

func (p *Printer) rowTakes() time.Duration {
	return time.Duration(25.4 * float64(time.Second) / float64(p.model.DPI*max(p.model.Speed, 1)))
}

// spend takes d of the time that has passed since the mechanism last moved, if there is so much.
func (p *Printer) spend(d time.Duration, now time.Time) bool {
	if p.model.Speed == 0 {
		return true
	}
	after := p.moved.Add(d)
	if after.After(now) {
		return false
	}
	p.moved = after
	return true
}

// printRow prints the next row of t. Where the paper ends the rest of the task is lost.
func (p *Printer) printRow(t *task) {
	p.push()
	row := t.rows.dots[t.row*t.rows.w : (t.row+1)*t.rows.w]
	if !p.paper.print(row) {
		p.is.paperEnd = true
		p.tasks = p.tasks[1:]
		return
	}
	t.row++
}

// waits reports whether the mechanism is so far behind that the next command must wait.
func (p *Printer) waits() bool {
	rows := 0
	for _, t := range p.tasks {
		if t.barrier {
			return true
		}
		rows += t.rows.h - t.row
	}
	return rows > ahead
}

// wind sets the timer for the next thing that the mechanism does.
func (p *Printer) wind() {
	if p.timer != nil && p.timer.Stop() {
		p.clocks.Done()
	}
	p.timer = nil
	if p.model.Speed == 0 || len(p.tasks) == 0 || p.offline() || p.closed {
		return
	}
	t := p.tasks[0]
	wait := t.takes
	if rest := t.rows.h - t.row; rest > 0 {
		wait = time.Duration(min(rest, stride)) * p.rowTakes()
	}
	p.timer = p.after(time.Until(p.moved.Add(wait)), func() {})
}

// after does something to the printer when d has passed, unless it is closed by then. Who stops the timer counts
// clocks down.
func (p *Printer) after(d time.Duration, do func()) *time.Timer {
	p.clocks.Add(1)
	return time.AfterFunc(max(d, 0), func() {
		defer p.clocks.Done()
		p.change(do)
	})
}

// Close stops the printer where it is and waits for what it is doing. Only a printer whose Model has a speed needs it,
// and only where time is real.
func (p *Printer) Close() error {
	p.mu.Lock()
	p.closed = true
	for _, t := range []*time.Timer{p.timer, p.retracting} {
		if t != nil && t.Stop() {
			p.clocks.Done()
		}
	}
	p.timer, p.retracting = nil, nil
	p.mu.Unlock()
	p.clocks.Wait()
	return nil
}
