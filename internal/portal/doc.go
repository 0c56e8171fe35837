// Package portal is what people see of the firm who are no members of it: the form for strangers, and the page of each client.
package portal
