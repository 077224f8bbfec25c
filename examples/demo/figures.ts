/** The figures that are shown. */
export interface Counts {
  /** Answers of the API other than 401. */
  readonly calls: number;
  /** As the runtime tells. */
  readonly cacheHits: number;
  /** As the runtime tells. */
  readonly tokenRequests: number;
  /** As the runtime tells; for a worker that re-sends by hand, the renewals that it forced to do so. */
  readonly resends: number;
}

/** The figures of one token client in one worker. */
export interface ClientFigures extends Counts {
  readonly worker: string;
  readonly client: string;
  /** Token requests as the authorization server tells. */
  readonly tokensIssued: number;
  /** 401 answers as the API tells. */
  readonly rejections: number;
  /** Those of them that answered a re-send: the worker got to see a 401. */
  readonly repeatedRejections: number;
  /** How many different scopes the worker asks for: each has a token of its own. */
  readonly scopeSets: number;
  /** How often the worker was told to ask for a token whatever is cached. */
  readonly forcedRenewals: number;
}

export interface Figures {
  /** From the first worker's start to the last one's end. */
  readonly elapsedSeconds: number;
  readonly tokenLifetimeSeconds: number;
  readonly clients: readonly ClientFigures[];
  /** What each worker did when it got SIGTERM; null when it had to be killed. */
  readonly exitCodes: Readonly<Record<string, number | null>>;
}

export function sum(counts: readonly Counts[]): Counts {
  const total = (figure: keyof Counts) => counts.reduce((all, each) => all + each[figure], 0);
  return {
    calls: total("calls"),
    cacheHits: total("cacheHits"),
    tokenRequests: total("tokenRequests"),
    resends: total("resends"),
  };
}

export function sumByTokenClient(clients: readonly ClientFigures[]): Record<string, Counts> {
  const groups = Map.groupBy(clients, ({ client }) => client);
  return Object.fromEntries([...groups].map(([client, own]) => [client, sum(own)]));
}

/** Says which figures cannot be, given what the runtime promises (docs: caching, renewal, 401). */
export function contradictions(figures: Figures): string[] {
  return [
    ...figures.clients.flatMap((client) =>
      rules(client, figures).flatMap(([holds, text]) =>
        holds ? [] : [`${client.worker}, ${client.client}: ${text}`],
      ),
    ),
    ...(sum(figures.clients).resends > 0 ? [] : ["no call was re-sent although tokens were revoked"]),
    ...Object.entries(figures.exitCodes).flatMap(([worker, code]) =>
      code === 0 ? [] : [`${worker}: ${code === null ? "did not stop on SIGTERM" : `exit code ${code}`}`],
    ),
  ];
}

/**
 * The most token requests that can be explained: per scope a first token and one per renewal for age, one per
 * rejection, one per forced renewal.
 *
 * Age renews no sooner than three quarters into the time before the margin, which is a fifth of a short lifetime.
 */
export function mostTokenRequests(
  { scopeSets, rejections, forcedRenewals }: ClientFigures,
  { elapsedSeconds, tokenLifetimeSeconds }: Figures,
): number {
  const marginSeconds = Math.min(60, tokenLifetimeSeconds / 5);
  const renewals = Math.floor(elapsedSeconds / (0.75 * (tokenLifetimeSeconds - marginSeconds)));
  return scopeSets * (1 + renewals) + rejections + forcedRenewals;
}

function rules(client: ClientFigures, figures: Figures): [holds: boolean, otherwise: string][] {
  const { calls, cacheHits, tokenRequests, tokensIssued, resends, rejections, repeatedRejections } = client;
  const most = mostTokenRequests(client, figures);
  return [
    [calls > 0, "no call was answered"],
    [tokenRequests >= client.scopeSets, `${tokenRequests} token requests for ${client.scopeSets} scopes`],
    [tokenRequests <= most, `${tokenRequests} token requests, but no more than ${most} can be explained`],
    [tokenRequests === tokensIssued, `${tokenRequests} token requests, but the server had ${tokensIssued}`],
    [cacheHits <= calls, `${cacheHits} cache hits in ${calls} calls`],
    // The workers make one call at a time, so that a request serves one call at most.
    [
      cacheHits >= calls - tokenRequests,
      `${calls} calls with ${cacheHits} cached and ${tokenRequests} new tokens`,
    ],
    [resends === rejections, `${rejections} answers were 401, but ${resends} calls were re-sent`],
    [repeatedRejections === 0, `${repeatedRejections} calls were answered 401 again after their re-send`],
  ];
}
