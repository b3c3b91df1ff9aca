import type { ComponentProps, ReactNode, Ref } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";

export type ButtonKind = "solid" | "outline" | "quiet";

const SHAPE =
  "control inline-flex items-center justify-center gap-1.5 rounded-md px-3 text-sm whitespace-nowrap transition-colors " +
  "disabled:opacity-50 data-disabled:opacity-50 [&_svg]:shrink-0";

const LOOK: Record<ButtonKind, string> = {
  solid: "bg-accent text-accent-ink font-medium hover:bg-accent-hover pressed:bg-accent-hover",
  outline: "border border-line bg-surface text-ink-2 hover:border-line-strong hover:text-ink",
  quiet: "text-ink-2 hover:bg-sunken hover:text-ink",
};

interface Look {
  kind?: ButtonKind;
  className?: string;
  children: ReactNode;
}

export function Button({
  kind = "outline",
  className = "",
  ...props
}: Look & { ref?: Ref<HTMLButtonElement> } & Omit<AriaButtonProps, "className" | "children">) {
  return <AriaButton {...props} className={`${SHAPE} ${LOOK[kind]} ${className}`} />;
}

/** A link that looks like a button: for downloads, which the browser does better than a script. */
export function ButtonLink({ kind = "outline", className = "", ...props }: Look & ComponentProps<"a">) {
  return <a {...props} className={`${SHAPE} ${LOOK[kind]} ${className}`} />;
}

/** A square button that shows an icon only; its label is for screen readers and the tooltip. */
export function IconButton({
  label,
  className = "",
  ...props
}: { label: string } & Omit<Look, "kind"> & Omit<AriaButtonProps, "className" | "children" | "aria-label">) {
  return (
    <AriaButton
      {...props}
      aria-label={label}
      className={`control inline-flex aspect-square items-center justify-center rounded-md text-ink-2 transition-colors hover:bg-sunken hover:text-ink data-disabled:opacity-50 ${className}`}
    />
  );
}
