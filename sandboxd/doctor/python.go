package doctor

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// Python returns checks of Python sandboxes, for [Options.Extra]. They work below
// dir, where they leave nothing.
func Python(dir string) []Extra {
	p := pythonChecks{dir: dir}
	list := []Extra{
		{Layer: "python", Name: "code is run", Run: func(ctx context.Context, exec executor.Executor) (string, error) {
			resp, err := p.run(ctx, exec, "import pandas as pd\nresult = int(pd.Series([1, 2, 4]).sum())", 20*time.Second)
			if err != nil {
				return "", err
			}
			if got := fmt.Sprint(resp.Rows); got != "[[7]]" {
				return "", fmt.Errorf("1 + 2 + 4 is %s", got)
			}
			return "", nil
		}},
	}
	for _, bad := range []struct {
		name, code string
		want       fault.Code
	}{
		{"importing os is refused", "import os\nresult = os.getpid()", fault.PythonPolicy},
		{"opening a file is refused", "result = open('/etc/hostname').read()", fault.PythonPolicy},
		{"reading a file with pandas is refused", "import pandas as pd\nresult = pd.read_csv('/etc/hostname')", fault.PythonPolicy},
		{"the way behind objects is refused", "result = str(().__class__.__base__.__subclasses__())", fault.PythonPolicy},
		{"a loop stops at its deadline", "while True:\n    pass", fault.Timeout},
		{"memory is bounded", "import numpy as np\nresult = float(np.ones(400_000_000).sum())", fault.ResourceExceeded},
	} {
		list = append(list, Extra{Layer: "python", Name: bad.name, Run: func(ctx context.Context, exec executor.Executor) (string, error) {
			_, err := p.run(ctx, exec, bad.code, 3*time.Second)
			if fault.CodeOf(err) != bad.want {
				return "", fmt.Errorf("it ended with %w instead of %s", orNothing(err), bad.want)
			}
			return "", nil
		}})
	}
	return list
}

// orNothing makes success an error that can be shown.
func orNothing(err error) error {
	if err == nil {
		return errors.New("an answer")
	}
	return err
}

type pythonChecks struct{ dir string }

// run serves one request over a dataset without tables.
func (p pythonChecks) run(ctx context.Context, exec executor.Executor, code string, timeout time.Duration) (_ *protocol.Response, err error) {
	dir, err := os.MkdirTemp(p.dir, "python-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := emptyFrames(filepath.Join(dir, protocol.FramesName)); err != nil {
		return nil, err
	}
	if err := executor.Share(dir); err != nil {
		return nil, err
	}
	box, err := exec.Prepare(ctx, executor.Spec{Mode: protocol.Python, DataDir: dir})
	if err != nil {
		return nil, err
	}
	resp, _, err := box.Run(ctx, protocol.Request{
		ID: "doctor", QueryType: protocol.Python, Statement: code, TimeoutMS: int(timeout.Milliseconds()), MaxRows: 10,
	})
	if destroyErr := box.Destroy(context.WithoutCancel(ctx)); err == nil {
		err = destroyErr
	}
	return resp, err
}

// emptyFrames writes a columnar copy of nothing.
func emptyFrames(path string) (err error) {
	file, err := os.Create(path) //nolint:gosec // our own directory
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	archive := zip.NewWriter(file)
	w, err := archive.CreateHeader(&zip.FileHeader{Name: "meta.json", Method: zip.Store})
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(`{"version":1,"tables":[]}`)); err != nil {
		return err
	}
	return archive.Close()
}
