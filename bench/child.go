package main

import (
	"context"
	"encoding/json"
	"errors"
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
	Piece   int     // rows of a raw transaction of what came by the API; 0 means those of an import
	Size    int     // accounts of a made-up firm
	Each    float64 // entries of each of them
	Profile string  // folder
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
	stop, err := profiled(t.Profile, t.Do)
	if err != nil {
		return err
	}
	c, err := do(ctx, &t)
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(c)
}

// profiled writes a CPU profile into a folder until it is stopped; without a folder it does nothing.
func profiled(dir, name string) (stop func() error, err error) {
	if dir == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(filepath.Join(dir, name+"-"+strconv.Itoa(os.Getpid())+".prof"))
	if err != nil {
		return nil, err
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, pprof.StartCPUProfile(f)
}

// child runs a task in a process of its own.
func (b *bench) child(ctx context.Context, t task) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	t.Profile = b.profile
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
