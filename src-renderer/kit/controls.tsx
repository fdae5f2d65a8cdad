import { useId } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { Icon } from './Icon.tsx';

type ButtonProps = ComponentProps<'button'> & { kind?: 'plain' | 'primary' | 'quiet'; icon?: string };

/** A button with words. `quiet` has no edge until it is pointed at. */
export function Button({ kind = 'plain', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`btn btn-${kind}${className ? ` ${className}` : ''}`} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}

/** A button with an icon only; `label` is its name and its tooltip. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & { icon: string; label: string }) {
  return (
    <button
      type="button"
      className={`icon-btn${className ? ` ${className}` : ''}`}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

/** A number or name inside a sentence that opens the list behind it. `label` says more than the text when that is too short. */
export function Door({
  onOpen,
  label,
  children,
  className,
}: {
  onOpen: () => void;
  label?: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <button
      type="button"
      className={`door${className ? ` ${className}` : ''}`}
      aria-label={label}
      title={label}
      onClick={onOpen}
    >
      {children}
    </button>
  );
}

/** The one sentence that says what is seen. Numbers in it are `<Door>`s. */
export function Finding({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p className="finding" id={id}>
      {children}
    </p>
  );
}

/** Running text of the interface. */
export function Sentence({ children, dim = false }: { children: ReactNode; dim?: boolean }) {
  return <p className={dim ? 'sentence dim' : 'sentence'}>{children}</p>;
}

export type Choice<T extends string> = { value: T; label: string; disabled?: boolean };

/** A labelled native select; `inline` puts the label before it. */
export function Select<T extends string>({
  label,
  value,
  choices,
  onChange,
  inline = false,
  disabled = false,
}: {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
  inline?: boolean;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <span className={inline ? 'control inline' : 'control'}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="select"
        value={value}
        disabled={disabled}
        onChange={(e) => onChange(e.target.value as T)}
      >
        {choices.map((c) => (
          <option key={c.value} value={c.value} disabled={c.disabled}>
            {c.label}
          </option>
        ))}
      </select>
    </span>
  );
}

/** One of a few, all in sight: a radio group that looks like one bar. */
export function Segmented<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <span className="segmented" role="radiogroup" aria-label={label}>
      {choices.map((c) => (
        <label key={c.value} className={c.value === value ? 'on' : undefined}>
          <input
            type="radio"
            name={name}
            value={c.value}
            checked={c.value === value}
            disabled={c.disabled}
            onChange={() => onChange(c.value)}
          />
          {c.label}
        </label>
      ))}
    </span>
  );
}

type TextFieldProps = Omit<ComponentProps<'input'>, 'onChange' | 'value'> & {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What is wrong with the value and what would be right. */
  error?: string | null;
  hint?: ReactNode;
  hideLabel?: boolean;
};

/** A labelled text field that says what is wrong beside itself. */
export function TextField({
  label,
  value,
  onChange,
  error,
  hint,
  hideLabel = false,
  className,
  ...rest
}: TextFieldProps) {
  const id = useId();
  const noted = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <span className={`control field${className ? ` ${className}` : ''}`}>
      <label htmlFor={id} className={hideLabel ? 'hidden-label' : undefined}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        type="text"
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={noted}
        onChange={(e) => onChange(e.target.value)}
        {...rest}
      />
      {error ? (
        <span id={`${id}-error`} className="field-error" role="alert">
          <Icon name="error" /> {error}
        </span>
      ) : hint ? (
        <span id={`${id}-hint`} className="field-hint">
          {hint}
        </span>
      ) : null}
    </span>
  );
}

/** A labelled checkbox. */
export function Check({
  label,
  checked,
  onChange,
  disabled = false,
}: {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(e) => onChange(e.target.checked)} />
      {label}
    </label>
  );
}
