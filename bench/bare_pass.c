/* The limit of one machine: a pass over the columns of charges in memory that sums three amounts by month, service and
   currency, exactly, with as many threads as there are cores. Nothing is read, decoded or filtered. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MONTHS = 64, SERVICES = 64, CURRENCIES = 4, GROUPS = MONTHS * SERVICES * CURRENCIES };

typedef struct {
    size_t from, until;
    int64_t sums[GROUPS][3];
} part;

static uint8_t *month, *service, *currency;
static int64_t *amounts[3];

static void *pass(void *given) {
    part *mine = given;
    memset(mine->sums, 0, sizeof mine->sums);
    for (size_t i = mine->from; i < mine->until; i++) {
        int64_t *sums = mine->sums[(month[i] * SERVICES + service[i]) * CURRENCIES + currency[i]];
        for (int a = 0; a < 3; a++) sums[a] += amounts[a][i];
    }
    return NULL;
}

int main(int words, char **word) {
    size_t rows = words > 1 ? strtoull(word[1], NULL, 10) : 1000000;
    int rounds = words > 2 ? atoi(word[2]) : 5, threads = (int)sysconf(_SC_NPROCESSORS_ONLN);
    month = malloc(rows), service = malloc(rows), currency = malloc(rows);
    for (int a = 0; a < 3; a++) amounts[a] = malloc(rows * sizeof **amounts);
    for (size_t i = 0; i < rows; i++) {
        uint64_t chance = i * 0x9E3779B97F4A7C15u;
        month[i] = i * 37 / rows, service[i] = (chance >> 58) % 60, currency[i] = (chance >> 40) & 1;
        for (int a = 0; a < 3; a++) amounts[a][i] = (int64_t)(chance >> (20 + a));
    }
    part *parts = malloc(sizeof *parts * threads);
    pthread_t *workers = malloc(sizeof *workers * threads);
    for (int round = 0; round < rounds; round++) {
        struct timespec began, ended;
        clock_gettime(CLOCK_MONOTONIC, &began);
        for (int t = 0; t < threads; t++) {
            parts[t].from = rows * t / threads, parts[t].until = rows * (t + 1) / threads;
            pthread_create(&workers[t], NULL, pass, &parts[t]);
        }
        for (int t = 0; t < threads; t++) pthread_join(workers[t], NULL);
        clock_gettime(CLOCK_MONOTONIC, &ended);
        printf("%.6f\n", (ended.tv_sec - began.tv_sec) + (ended.tv_nsec - began.tv_nsec) / 1e9);
    }
    return 0;
}
