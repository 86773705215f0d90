// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_LIST_H
#define BASE_LIST_H

/*
 * Intrusive doubly linked list: a struct list_node inside the thing, a
 * struct list_node as head. An unlinked node points at itself, so removing
 * twice does nothing.
 *
 * Thread: any; a list belongs to its owner.
 */

#include "base/mem.h"

#include <stdbool.h>

struct list_node {
	struct list_node *next;
	struct list_node *prev;
};

#define LIST_INIT(name) { &(name), &(name) }

static inline void list_init(struct list_node *n)
{
	n->next = n;
	n->prev = n;
}
static inline bool list_is_empty(const struct list_node *head)
{
	return head->next == head;
}
static inline void list_insert_before(struct list_node *at, struct list_node *n)
{
	n->prev = at->prev;
	n->next = at;
	at->prev->next = n;
	at->prev = n;
}
static inline void list_push_back(struct list_node *head, struct list_node *n)
{
	list_insert_before(head, n);
}
static inline void list_push_front(struct list_node *head, struct list_node *n)
{
	list_insert_before(head->next, n);
}
static inline void list_remove(struct list_node *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}
static inline struct list_node *list_pop_front(struct list_node *head)
{
	struct list_node *n = head->next;

	if (n == head)
		return NULL;
	list_remove(n);
	return n;
}

/* The body may remove the node it stands on. */
#define list_each(node, head)                                                              \
	for (struct list_node *node = (head)->next, *node##_next = node->next; node != (head); \
	     node = node##_next, node##_next = node->next)

#endif
