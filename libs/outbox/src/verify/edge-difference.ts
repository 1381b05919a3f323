import { relationshipKey, type Relationship } from '#authorization';

/** The edges of one side that the other lacks, or has with another end. Graph first, then rows; what agrees is forgotten. */
export class EdgeDifference {
  private readonly open = new Map<string, Relationship>();
  private readonly found: Relationship[] = [];

  inGraph(relationship: Relationship): void {
    this.open.set(relationshipKey(relationship), relationship);
  }

  inRows(relationship: Relationship): void {
    const key = relationshipKey(relationship);
    const other = this.open.get(key);
    this.open.delete(key);
    if (other === undefined || other.expiresAt?.getTime() !== relationship.expiresAt?.getTime()) this.found.push(relationship);
  }

  get edges(): readonly Relationship[] {
    return [...this.found, ...this.open.values()];
  }
}
