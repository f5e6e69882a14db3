import { QueryClient, QueryClientProvider, useMutation } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { Button } from "./Button";
import { Form } from "./Form";

const RETRY_MS = 60_000;

/** A form whose call nobody takes. */
function Unheard({ name }: { name: string }) {
  const call = useMutation({
    mutationFn: () => Promise.reject(new Error("nobody is there")),
    retry: true,
    retryDelay: RETRY_MS,
  });
  return (
    <section aria-label={name}>
      <Form
        fields={[]}
        call={call}
        onSubmit={() => {
          call.mutate();
        }}
      >
        <Button type="submit">Save</Button>
      </Form>
    </section>
  );
}

describe("Form", () => {
  it("says that its own call is tried again, and not another's", async () => {
    render(
      <QueryClientProvider client={new QueryClient()}>
        <Unheard name="first" />
        <Unheard name="second" />
      </QueryClientProvider>,
    );
    const first = within(screen.getByRole("region", { name: "first" }));
    const second = within(screen.getByRole("region", { name: "second" }));
    await userEvent.click(first.getByRole("button", { name: "Save" }));
    expect(await first.findByRole("status")).toHaveTextContent("trying again");
    expect(second.queryByRole("status")).toBeNull();
  });
});
