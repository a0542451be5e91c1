/** Makes a message when it is due, so that the newest state goes out and none is computed for nobody. */
export type Payload = () => object | Promise<object>

export interface Post { room: string; event: string; payload: Payload; onThisNode: boolean }
export interface Coalescing {
  everyMs: number
  /** Whether anybody would hear it. */
  heard(post: Post): boolean
  send(post: Post, payload: object): void
  failed(error: unknown, post: Post): void
}
interface Slot { timer: NodeJS.Timeout; next?: Post }

/**
 * One message per room and event in `everyMs`: the first goes at once, what comes meanwhile waits, and of that the newest goes.
 * A thousand awards in a second are four messages.
 */
export const coalesce = ({ everyMs, heard, send, failed }: Coalescing) => {
  const slots = new Map<string, Slot>()
  const deliver = async (post: Post): Promise<void> => {
    try {
      if (heard(post)) send(post, await post.payload())
    } catch (error) {
      failed(error, post)
    }
  }
  const open = (id: string, post: Post): void => {
    const timer = setTimeout(() => {
      const waiting = slots.get(id)?.next
      slots.delete(id)
      if (waiting) open(id, waiting)
    }, everyMs)
    timer.unref()
    slots.set(id, { timer })
    void deliver(post)
  }
  return {
    post(post: Post): void {
      const id = JSON.stringify([post.room, post.event])
      const slot = slots.get(id)
      if (slot) slot.next = { ...post, onThisNode: post.onThisNode && (slot.next?.onThisNode ?? true) }
      else open(id, post)
    },
    close(): void {
      for (const { timer } of slots.values()) clearTimeout(timer)
      slots.clear()
    },
  }
}
