import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Form, Input, Label, Text, TextArea, TextField } from "react-aria-components";
import { savedApi } from "../saved/api";
import { faultOf } from "../../lib/http";
import { Button } from "../../ui/Button";
import { Notice } from "../../ui/Notice";
import { Dialog } from "../../ui/Overlay";
import { verifiedText } from "../../text/verified";

const T = verifiedText;

const FIELD =
  "w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-base placeholder:text-ink-3";

interface Props {
  id: string;
  question: string;
  onClose: () => void;
}

/** Asks what an answer is to be verified for. */
export default function VerifyDialog({ id, question: asked, onClose }: Props) {
  const client = useQueryClient();
  const [question, setQuestion] = useState(asked);
  const [note, setNote] = useState("");
  const verify = useMutation({
    mutationFn: (replace: boolean) =>
      savedApi.verify(id, {
        // The run's own question is the server's to judge; another is the person's.
        ...(question.trim() && question.trim() !== asked.trim() && { question: question.trim() }),
        ...(note.trim() && { note: note.trim() }),
        ...(replace && { replace }),
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["verified"] });
      onClose();
    },
  });
  const fault = verify.isError ? faultOf(verify.error) : undefined;
  const taken = fault?.code === "CONFLICT" && fault.details?.["id"] !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate(false);
  };
  return (
    <Dialog title={T.head} onClose={onClose}>
      <p className="text-sm text-ink-2">{T.intro}</p>
      <Form onSubmit={submit} className="space-y-4">
        <TextField value={question} onChange={setQuestion} maxLength={1000} className="space-y-1">
          <Label className="text-sm font-medium">{T.question}</Label>
          <Input data-first className={FIELD} />
          <Text slot="description" className="block text-xs text-ink-3">
            {T.questionHint}
          </Text>
        </TextField>
        <TextField value={note} onChange={setNote} maxLength={1000} className="space-y-1">
          <Label className="text-sm font-medium">{T.note}</Label>
          <TextArea rows={3} className={FIELD} />
          <Text slot="description" className="block text-xs text-ink-3">
            {T.noteHint}
          </Text>
        </TextField>
        {fault && (
          <Notice live tone="bad" title={fault.message || T.failed} hint={taken ? undefined : fault.hint} />
        )}
        <div className="flex flex-wrap justify-end gap-2">
          {taken && (
            <Button isDisabled={verify.isPending} onPress={() => verify.mutate(true)}>
              {T.replace}
            </Button>
          )}
          <Button kind="solid" type="submit" isDisabled={verify.isPending}>
            {T.confirm}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
