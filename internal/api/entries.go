package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/teller"
)

// Written is what a posting did.
type Written struct {
	Entry    *book.Entry         `json:"entry"`
	Posted   []assessment.Posted `json:"posted"`
	Account  *teller.Figures     `json:"account,omitempty"`
	Repeated bool                `json:"repeated" doc:"The key was known: it was written before."`
}

func written(r *teller.Receipt) Written {
	out := Written{Entry: r.First(), Posted: []assessment.Posted{}, Account: r.Account, Repeated: r.Repeated}
	for _, p := range r.Posted {
		out.Posted = append(out.Posted, assessment.Posted{Points: p.Points, Reason: ledger.Words(p.Why)})
	}
	return out
}

type postInput struct {
	Key  string `header:"Idempotency-Key" maxLength:"200" doc:"As id of the body."`
	Body actions.Posting
}

type postOutput struct {
	Status int
	Body   Written
}

func (s *Server) entries(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "post-entry", Method: http.MethodPost, Path: root + "/entries", Summary: "Write down what happened",
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *postInput) (*postOutput, error) {
		cmd, err := in.Body.Command()
		if err != nil {
			return nil, s.plain(ctx, err)
		}
		key := in.Body.ID
		if key == "" {
			key = in.Key
		}
		r, err := s.Teller.Do(ctx, who(ctx).Actor, cmd, teller.Options{Key: book.KeyID(key)})
		if err != nil {
			return nil, s.plain(ctx, err)
		}
		out := &postOutput{Status: http.StatusCreated, Body: written(&r)}
		if r.Repeated {
			out.Status = http.StatusOK
		}
		return out, nil
	})
}
