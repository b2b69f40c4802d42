/** A path at which somebody else serves, or which cannot be had; a capture that cannot be replayed. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}
