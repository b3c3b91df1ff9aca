import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { FieldError, Form, Input, Label, TextField } from "react-aria-components";
import { api } from "../../lib/api";
import { ApiError, faultOf } from "../../lib/http";
import { Button } from "../../ui/Button";
import { Mark } from "../../ui/Mark";
import { text } from "../../text";

const T = text.session;

/** Takes a token once; from then on a cookie that scripts cannot read stands for it. */
export default function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [token, setToken] = useState("");
  const [missing, setMissing] = useState(false);
  const signIn = useMutation({ mutationFn: () => api.signIn(token.trim()), onSuccess: onSignedIn });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(token.trim() === "");
    if (token.trim() !== "") signIn.mutate();
  };
  const wrong = signIn.error instanceof ApiError && signIn.error.status === 401;
  const fault = signIn.isError ? faultOf(signIn.error) : undefined;
  const problem = missing ? T.empty : wrong ? T.wrong : fault && (fault.message || text.net.unreachable);
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="w-full max-w-md space-y-5 rounded-lg border border-line bg-surface p-6 sm:p-8">
        <div className="space-y-2">
          <Mark size={36} />
          <h1 className="text-xl font-semibold tracking-tight">{T.title}</h1>
          <p className="text-ink-2">
            {T.intro}{" "}
            <code className="rounded-sm bg-sunken px-1.5 py-0.5 font-mono text-sm">{T.command}</code>
          </p>
        </div>
        <Form onSubmit={submit} validationBehavior="aria" className="space-y-4">
          <TextField
            type="password"
            value={token}
            onChange={setToken}
            isInvalid={problem !== undefined}
            autoComplete="current-password"
            autoFocus
            className="space-y-1"
          >
            <Label className="text-sm font-medium">{T.token}</Label>
            <Input
              placeholder="leo_…"
              className="control w-full rounded-md border border-line-strong bg-surface px-3 font-mono text-base placeholder:text-ink-3 invalid:border-bad"
            />
            <FieldError className="block text-sm text-bad">{problem}</FieldError>
          </TextField>
          <Button kind="solid" type="submit" isDisabled={signIn.isPending} className="w-full">
            {T.submit}
          </Button>
        </Form>
      </div>
    </main>
  );
}
