// Package mail writes letters to the firm's people and brings them to a mail server. A letter is a row of the outbox,
// written in the transaction of the command that wants it; a job of the queue takes it to the server. Where no server is
// known it stands in the outbox until somebody hands it over.
package mail
