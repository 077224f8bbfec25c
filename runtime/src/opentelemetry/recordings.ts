import { invalidOption } from "../errors.ts";

/** What two who record to the same place have to agree on. */
export interface RecordingSettings {
  readonly clientName: ((client: string) => string) | undefined;
  readonly now: () => number;
}

interface Recording {
  readonly settings: RecordingSettings;
  readonly end: () => void;
  holders: number;
}

/** What is recorded now, by the provider that it goes to: recorded twice, it would count everything twice. */
const recordings = new Map<object, Recording>();

/**
 * Begins a recording, or joins the one that goes to the same provider; it ends with the last who holds it.
 *
 * @param begin - returns what ends it
 * @returns what lets it go
 * @throws {TypeError} `ERR_INVALID_OPTION` where that one has other settings
 */
export function holdRecording(
  provider: object,
  settings: RecordingSettings,
  begin: () => () => void,
): () => void {
  const running = recordings.get(provider);
  if (running !== undefined) assertSame(running.settings, settings);
  const recording = running ?? { settings, end: begin(), holders: 0 };
  recordings.set(provider, recording);
  recording.holders++;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    recording.holders--;
    if (recording.holders > 0) return;
    recordings.delete(provider);
    recording.end();
  };
}

function assertSame(running: RecordingSettings, settings: RecordingSettings): void {
  for (const name of ["clientName", "now"] as const) {
    if (running[name] === settings[name]) continue;
    throw invalidOption(
      `instrumentTokens: ${name}`,
      "is not that of the call before, which records to the same provider: call it once, or stop what that call returned",
    );
  }
}
