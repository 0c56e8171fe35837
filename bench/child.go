package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
)

// childFlag makes a copy of this program do one task and print its cost, so that what one measurement leaves in memory
// is not counted for the next.
const childFlag = "-child"

// task is what a child is to do. Each kind of task uses some of the fields.
type task struct {
	Do      string
	DSN     string
	From    string // the address of a book to read rows from
	File    string
	Create  string
	Rows    int     // of an import
	Size    int     // accounts of a made-up firm
	Each    float64 // entries of each of them
	Profile string
}

// tasks are what a child can do.
var tasks = map[string]func(context.Context, *task) (cost, error){
	"import": importTask,
	"raw":    rawTask,
	"make":   makeTask,
	"idle":   idleTask,
}

func childMain(ctx context.Context, arg string) error {
	var t task
	if err := json.Unmarshal([]byte(arg), &t); err != nil {
		return err
	}
	do := tasks[t.Do]
	if do == nil {
		return fmt.Errorf("there is no task %q", t.Do)
	}
	if t.Profile != "" {
		f, err := os.Create(t.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	c, err := do(ctx, &t)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(c)
}

// child runs a task in a process of its own.
func (b *bench) child(ctx context.Context, t task) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	if b.profile != "" {
		t.Profile = filepath.Join(b.profile, t.Do+"-"+strconv.Itoa(os.Getpid())+".prof")
	}
	arg, err := json.Marshal(t)
	if err != nil {
		return cost{}, err
	}
	cmd := exec.CommandContext(ctx, self, childFlag, string(arg))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w", t.Do, err)
	}
	var c cost
	return c, json.Unmarshal(out, &c)
}
