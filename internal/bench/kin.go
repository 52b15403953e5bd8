package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// kin returns a process and all that descend from it or are of its session: the processes of one program.
func kin(root int) ([]int, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	parents, sessions := map[int]int{}, map[int]int{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		fields, err := statOf(pid)
		if err != nil {
			continue // it has ended
		}
		parents[pid], sessions[pid] = int(fields[1]), int(fields[3])
	}
	var found []int
	for pid := range parents {
		if sessions[pid] == root || descends(pid, root, parents) {
			found = append(found, pid)
		}
	}
	return found, nil
}

func descends(pid, from int, parents map[int]int) bool {
	for range len(parents) {
		if pid == from {
			return true
		}
		pid = parents[pid]
	}
	return false
}

// statOf returns the numbers of /proc/PID/stat that follow the name: the state as 0, then the parent.
func statOf(pid int) ([]int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	words := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(words) < 20 {
		return nil, fmt.Errorf("the kernel tells too little of process %d", pid)
	}
	fields := make([]int64, 20)
	for i, word := range words[1:20] {
		if fields[i+1], err = strconv.ParseInt(word, 10, 64); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// kinTime returns the processor time that the processes of a program have used so far, in the kernel too, by the clocks
// that the kernel keeps for each, with that of the ones they have waited for.
func kinTime(root int) (time.Duration, error) {
	const perSecond = 100 // the kernel's ticks in /proc
	pids, err := kin(root)
	if err != nil {
		return 0, err
	}
	var all time.Duration
	for _, pid := range pids {
		var used unix.Timespec
		fields, err := statOf(pid)
		if err != nil || unix.ClockGettime(int32(^pid<<3|2), &used) != nil {
			continue // it has just ended
		}
		all += time.Duration(used.Nano()) + time.Duration(fields[13]+fields[14])*time.Second/perSecond
	}
	return all, nil
}

// kinMemory returns the memory of a program's processes in bytes; what several processes share counts in parts.
func kinMemory(root int) (float64, error) {
	pids, err := kin(root)
	if err != nil {
		return 0, err
	}
	all := 0.0
	for _, pid := range pids {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return 0, cannot{fmt.Sprintf("the kernel does not tell the memory of other processes: %v", err)}
		}
		lines := bufio.NewScanner(bytes.NewReader(data))
		for lines.Scan() {
			var kib float64
			if _, err := fmt.Sscanf(lines.Text(), "Pss: %f kB", &kib); err == nil {
				all += kib * 1024
			}
		}
	}
	return all, nil
}
